Feature: Enrol somebody while the network is down
  Background:
    Given a till in 上海南京西路店
    And the network is down

  Scenario: The new member is served at once
    When the guide enrols 许女士 with the phone 139 1688 2045 who agrees to service
    Then a visit of 许女士 is running
    And her card is known at this till
    And the guide reads that 3 events wait

  Scenario: Nobody is enrolled without agreeing to the service
    When the guide enrols 许女士 with the phone 139 1688 2045 who agrees to nothing
    Then the guide reads 请会员本人先同意《会员服务与隐私政策》
    And nothing waits

  Scenario: A member is not enrolled twice
    Given 陈思雨 is a member with the phone 13812346021
    When the guide enrols 陈小姐 with the phone +86 138 1234 6021 who agrees to service
    Then the guide is led to the card of 陈思雨
